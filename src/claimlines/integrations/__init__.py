"""claimlines inside the engines of others. Each module needs the extra of its name."""
