"""The operations of the audit floor, one file for each thing audited."""
