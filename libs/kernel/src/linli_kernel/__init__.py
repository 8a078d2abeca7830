"""What two services share and no noun of the domain."""
