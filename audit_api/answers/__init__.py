"""What auditors get, rendered from recorded facts."""
