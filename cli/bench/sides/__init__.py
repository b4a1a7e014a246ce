"""What is compared: each side is an application in its own server process, a way to open a sale, and a checker."""
