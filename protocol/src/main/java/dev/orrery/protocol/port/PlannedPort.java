package dev.orrery.protocol.port;

/**
 * One line of the port plan.
 *
 * @param number the port as configured
 * @param name how docs, Services and policies call it
 * @param side {@code scheduler} or {@code agent}: whose process listens
 * @param carries what is said on it
 * @param dialedBy who opens connections to it
 * @param open whether it is bound under this configuration
 * @param sessions how many sessions use it now; 0 where it does not serve sessions
 * @param mayBeClosed whether a firewall or policy may close it now
 * @param reason why it may be closed, or why not
 */
public record PlannedPort(
    int number,
    String name,
    String side,
    String carries,
    String dialedBy,
    boolean open,
    int sessions,
    boolean mayBeClosed,
    String reason) {}
