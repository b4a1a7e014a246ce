"""What the proof costs: sealing while facts are appended, verifying beside reading, exporting beside COPY."""
