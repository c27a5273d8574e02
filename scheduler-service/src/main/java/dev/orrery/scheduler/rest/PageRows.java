package dev.orrery.scheduler.rest;

import java.util.List;

/**
 * The rows that a statement of {@link PageBytes} returned.
 *
 * @param cut true if more rows were within the limit, but did not fit
 */
public record PageRows<R>(List<R> rows, boolean cut) {}
