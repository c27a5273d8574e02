/**
 * An annotation processor that generates a class for each class with {@code @OrreryJob} methods: a
 * constant with the name of each job, and a record of its parameters. A caller that uses them does
 * not compile once a job or a parameter has another name or type.
 */
package dev.orrery.worker.processor;
