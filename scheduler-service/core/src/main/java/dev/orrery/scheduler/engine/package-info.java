/**
 * The life cycle of an instance: fired by a trigger or submitted by a call, dispatched to a worker
 * that has agreed on a protocol, reported, logged, completed or run again, canceled by a user, and
 * deleted after its retention.
 */
package dev.orrery.scheduler.engine;
