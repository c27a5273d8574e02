package dev.orrery.cli.instance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.client.SchedulerClient.Event;
import java.util.function.Predicate;

/** Follows the log of an instance to its end, across restarts of the scheduler. */
public final class LogFollower {
  private final SchedulerClient client;
  private final OutageRetry retrying;
  private String lastId;
  private boolean ended;

  LogFollower(SchedulerClient client, OutageRetry retrying) {
    this.client = client;
    this.retrying = retrying;
  }

  /**
   * Returns when the instance has ended and all its lines were passed on, or when the consumer
   * stops.
   *
   * @param attempt null for all
   * @param line receives each line once, in order; returns false to stop
   * @throws ApiException if the scheduler refuses the call or stays unreachable
   */
  void follow(String instance, Integer attempt, Predicate<JsonNode> line)
      throws InterruptedException {
    String path =
        "/instances/"
            + SchedulerClient.encoded(instance)
            + "/logs?follow=true"
            + (attempt == null ? "" : "&attempt=" + attempt);
    while (!ended) {
      try {
        client.events(path, lastId, retrying::answered, event -> take(event, line));
        if (!ended) {
          // The scheduler stops, or the stream reached its longest duration. Pause before
          // reconnecting.
          retrying.failed(
              new ApiException(
                  ApiException.UNREACHABLE, "The log stream was closed before its end."));
        }
      } catch (ApiException e) {
        retrying.failed(e);
      }
    }
  }

  private boolean take(Event event, Predicate<JsonNode> line) {
    if (event.name().equals("end")) {
      ended = true;
    } else if (event.id() != null) {
      ended = !line.test(read(event.data()));
      lastId = event.id();
    }
    return !ended;
  }

  private JsonNode read(String data) {
    try {
      return client.json().readTree(data);
    } catch (JsonProcessingException e) {
      throw new ApiException(
          ApiException.UNREACHABLE, "The log stream contains an event that is not JSON: " + data);
    }
  }
}
