package dev.orrery.scheduler.workerapi;

import dev.orrery.protocol.Protocol;
import dev.orrery.scheduler.security.Caller;
import java.util.function.Consumer;

/**
 * The worker behind a call, as the listener of its protocol knows it.
 *
 * @param caller as the verified token says
 * @param protocol that the call came over
 * @param dialledHost under which the worker reached us, without a port; only for discovery
 * @param whenGone is handed an action to run when nobody waits for the answer any more
 */
public record CallContext(
    Caller caller, Protocol protocol, String dialledHost, Consumer<Runnable> whenGone) {}
