/** Shared by the tests of several modules; not in any package. */
package dev.orrery.testing;
