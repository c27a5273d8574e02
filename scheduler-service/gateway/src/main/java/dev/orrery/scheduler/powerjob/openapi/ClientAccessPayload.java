package dev.orrery.scheduler.powerjob.openapi;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** The data of the answer to {@code authApp}. */
@RegisterForReflection
record ClientAccessPayload(long appId, String token) {}
