/**
 * Where the service meets the world: its start, the ports that workers dial, the console, and the
 * port between replicas. It may know every feature but the gateway for PowerJob, and none knows it.
 */
package dev.orrery.scheduler.edge;
