package dev.orrery.worker;

/**
 * The load of a worker at one instant.
 *
 * @param active attempts that run or are about to
 * @param unreported attempts that have ended and whose report the scheduler has not taken yet
 * @param capacity how many may run at once
 */
public record WorkerLoad(int active, int unreported, int capacity) {}
