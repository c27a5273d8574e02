/**
 * Mutation by hand. {@link dev.orrery.slips.SlipsIT} plays each {@link dev.orrery.slips.Slip} of
 * {@code src/test/slips} in a {@link dev.orrery.slips.ScratchBuild} and expects the named tests to
 * fail.
 *
 * <p>A slip names one defect that a test must notice. The sources of the repository are never
 * changed.
 */
package dev.orrery.slips;
