/** Hand-written frames of Artery, for tests of what listens on a port of akka. */
package dev.orrery.testing.artery;
