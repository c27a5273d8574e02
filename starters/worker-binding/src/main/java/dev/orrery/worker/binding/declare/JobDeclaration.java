package dev.orrery.worker.binding.declare;

/**
 * A job that the application declares.
 *
 * @param document the job document, JSON
 */
public record JobDeclaration(String name, String document) {}
