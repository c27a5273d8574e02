package dev.orrery.cli.instance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.client.ApiProblem;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.client.SchedulerClient.Event;
import java.util.function.Predicate;

/** Follows the log of an instance to its end, through restarts of the scheduler. */
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
   * Returns when the instance has ended and all its lines were handed on, or when no more are
   * wanted.
   *
   * @param attempt null for all
   * @param line is handed each line once, in order; gives false when nobody listens any more
   * @throws ApiProblem if the scheduler refuses, or stays away
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
          // It stops, or has served this connection long enough; a pause, lest it be asked in vain.
          retrying.failed(
              new ApiProblem(ApiProblem.UNREACHABLE, "The log breaks off again and again."));
        }
      } catch (ApiProblem e) {
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
      throw new ApiProblem(ApiProblem.UNREACHABLE, "What follows the log is not JSON: " + data);
    }
  }
}
