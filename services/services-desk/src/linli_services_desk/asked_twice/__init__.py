"""What a resident was asked for although the desk or the registry had it: counted where it happens, never afterwards."""
