package dev.orrery.scheduler.workerapi;

import dev.orrery.protocol.Protocol;
import dev.orrery.scheduler.security.Caller;
import java.util.function.Consumer;

/**
 * The other side of a verb, as its transport knows it.
 *
 * @param caller as the verified token says
 * @param transport that brought the verb
 * @param dialledHost under which the worker reached us, without a port; only for discovery
 * @param whenGone is handed an action to run when nobody waits for the answer any more
 */
public record CallContext(
    Caller caller, Protocol transport, String dialledHost, Consumer<Runnable> whenGone) {}
