/** Quarkus beans that the scheduler and the agent share. */
package dev.orrery.service;
