"""Many fictional clients, notes and events, planted in bulk and sealed like everything else."""
