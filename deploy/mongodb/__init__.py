"""What makes a fresh mongod ours."""
