package dev.orrery.scheduler.instance;

import dev.orrery.protocol.message.AttemptRef;
import java.util.UUID;

/** What a report must name exactly to count: the attempt, and the session that it was given to. */
public record Fence(AttemptRef attempt, UUID session) {}
