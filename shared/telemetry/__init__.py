"""What operators see of a process: metrics, traces, and a command for health checks.

Nothing is imported here: the command has to be quick, and traces cost memory only where they are asked for.
"""
