package dev.orrery.worker;

/**
 * The load of a worker at one instant.
 *
 * @param active attempts that run or are buffered
 * @param unreported ended attempts whose report has no verdict yet
 * @param capacity the number of attempts that may run at once
 */
public record WorkerLoad(int active, int unreported, int capacity) {}
