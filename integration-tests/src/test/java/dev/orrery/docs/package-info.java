/**
 * Tests that compare pages of {@code docs/} with the code. {@link dev.orrery.docs.Page} is a page
 * with a generated part; with {@code -Dorrery.docs.write=true} a test writes that part instead.
 *
 * <p>Pages that need a running process are tested in {@code it}.
 */
package dev.orrery.docs;
