"""What a sealed text is about. It goes into the seal, so that a row moved elsewhere does not open; changing it closes all."""

from uuid import UUID


def about_key(tenant: UUID, student_id: UUID) -> bytes:
    """A student's data key."""
    return f"practicum/hubs/student-key/{tenant}/{student_id}".encode()


def about_reflection(tenant: UUID, student_id: UUID, reflection_id: UUID) -> bytes:
    """What a reflection says now."""
    return f"practicum/hubs/reflection/{tenant}/{student_id}/{reflection_id}".encode()


def about_version(tenant: UUID, student_id: UUID, reflection_id: UUID, number: int) -> bytes:
    """What a reflection said in one of its versions."""
    return about_reflection(tenant, student_id, reflection_id) + f"/version/{number}".encode()


def about_pulse(tenant: UUID, student_id: UUID, pulse_id: UUID) -> bytes:
    """How much energy a student said they had."""
    return f"practicum/hubs/pulse/{tenant}/{student_id}/{pulse_id}".encode()
