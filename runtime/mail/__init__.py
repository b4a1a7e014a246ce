"""Letters that leave by e-mail: written and sent in the background, so that nothing waits for a mail server."""
