/**
 * The entry points of the service: its start, the ports that workers dial, the console, and the
 * port between replicas. Only the gateway for PowerJob is above this area.
 */
package dev.orrery.scheduler.edge;
