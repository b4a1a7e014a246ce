"""The operations, one module for each resource. Each is documented and served on one screen."""
