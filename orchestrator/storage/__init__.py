"""What must outlive the process: tables, their migrations, and the one way to a connection."""
