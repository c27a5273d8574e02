package dev.orrery.worker;

/**
 * The load of a worker at one instant.
 *
 * @param active attempts that run or are buffered
 * @param unreported ended attempts whose report has no verdict yet
 * @param capacity the maximum number of attempts at once
 */
public record WorkerLoad(int active, int unreported, int capacity) {}
