/**
 * Setup of the Kubernetes quickstart, run as a Job. {@link
 * dev.orrery.cli.quickstart.QuickstartSetup} creates the missing Secrets through a {@link
 * dev.orrery.cli.quickstart.SecretClient}, then an app, a job and a token.
 *
 * <p>It runs in a pod with a Role that allows exactly these Secrets; no other command talks to
 * Kubernetes.
 */
package dev.orrery.cli.quickstart;
