/** What the tests of several modules need; no part of any package. */
package dev.orrery.testing;
