/** Parts of Quarkus applications that the scheduler and the agent share. */
package dev.orrery.service;
