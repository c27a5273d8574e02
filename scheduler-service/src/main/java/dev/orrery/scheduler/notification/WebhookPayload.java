package dev.orrery.scheduler.notification;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/**
 * The body that a webhook is sent.
 *
 * @param instance the id of the instance that made the difference; null for a test
 * @param state of that instance, as the API spells it; null for a test
 * @param error of that instance, cut; null where there is none
 * @param at by the database's clock: when it ended, or since when it is due
 * @param count failures within the window, fires that were missed, or instances that wait
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
record WebhookPayload(
    WebhookEvent event,
    String app,
    String job,
    String instance,
    String state,
    String error,
    Instant at,
    int count) {}
