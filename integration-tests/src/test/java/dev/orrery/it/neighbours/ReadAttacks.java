package dev.orrery.it.neighbours;

import static dev.orrery.it.neighbours.Texts.KIB;

import dev.orrery.testing.WebhookReceiver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Attacks by large reads, tokens, log followers and webhook receivers. */
final class ReadAttacks {
  private static final Duration SHORT = Duration.ofMillis(20);
  private static final int WEBHOOKS = 20;

  /** More than an app may have at a replica. */
  private static final int FOLLOWERS = 80;

  private static final String PARENT_ERROR = "parent-of-many-parts";
  private static final String FLOW_ERROR = "nodes-of-large-flow";

  private static final String LISTS =
      """
      /apps/a
      /apps/a/end-counts
      /apps/a/instances?limit=500
      /apps/a/instances?limit=500&errorText=nothing
      /apps/a/instances:errors
      /apps/a/job-statistics
      /apps/a/jobs?limit=500
      /apps/a/jobs/noop
      /apps/a/jobs/noop/versions?limit=500
      /apps/a/fire-times?limit=500
      /apps/a/waiting
      /apps/a/webhooks
      """;

  private ReadAttacks() {}

  static List<Attack> all() {
    return List.of(
        Attack.of("WidePages", ReadAttacks::readWide)
            .covering("listInstances", "getInstance", "listAttempts", "getInstanceLog")
            .prepared(ReadAttacks::makeWide),
        Attack.of("BulkDryRun", ReadAttacks::askForBulk)
            .covering("cancelInstances", "retryInstances"),
        Attack.of("ErrorsOfLargeRuns", ReadAttacks::readErrors)
            .covering("listErrors")
            .prepared(ReadAttacks::makeErrors),
        Attack.of("PartsOfLargeRun", ReadAttacks::readParts)
            .covering("listParts")
            .prepared(ReadAttacks::makeParts),
        Attack.of("NodesOfLargeFlow", ReadAttacks::readNodes)
            .covering("listNodes")
            .prepared(ReadAttacks::makeNodes),
        Attack.of("ManySlowReads", ReadAttacks::readAll)
            .covering(
                "countEnds",
                "countWaiting",
                "getJob",
                "getJobStatistics",
                "listInstances",
                "listErrors",
                "listJobs",
                "listJobVersions",
                "listUpcomingFires",
                "listWebhooks"),
        Attack.of("TokenRevokeLoop", ReadAttacks::revokeTokens)
            .covering("createToken", "listTokens", "revokeToken"),
        Attack.of("UnknownTokens", ReadAttacks::guessTokens).refusedWith(401),
        Attack.of("FollowersOfOneApp", ReadAttacks::follow)
            .covering("getInstanceLog")
            .refusedWith(429),
        Attack.of("TarpitWebhooks", ReadAttacks::holdWebhooks)
            .covering("putWebhook", "testWebhook", "listWebhooks", "listWebhookDeliveries"));
  }

  /** Creates waiting instances with the maximum number of parameters. */
  private static void makeWide(NeighboursWorld world) throws Exception {
    String body =
        "{\"instances\":[{\"job\":\"noop\",\"count\":250,\"parameters\":{\"p\":\""
            + "p".repeat(60 * KIB)
            + "\"}}]}";
    for (int n = 0; n < world.size(20, 4); n++) {
      int status = world.api().call("POST", "/apps/a/instances", body).status();
      if (status != 202) {
        throw new AssertionError("An attack could not be prepared: " + status);
      }
    }
  }

  private static void readWide(NeighboursWorld world, Flood flood) throws Exception {
    flood.repeat(
        8,
        SHORT,
        n -> {
          Flood.Reply page = flood.viewer("/apps/a/instances?limit=500&job=noop");
          String id = page.json().at("/items/0/id").asText();
          flood.viewer("/instances/" + id);
          flood.viewer("/instances/" + id + "/attempts");
          flood.viewer("/instances/" + id + "/logs");
        });
  }

  private static void askForBulk(NeighboursWorld world, Flood flood) throws Exception {
    flood.repeat(
        8,
        SHORT,
        n ->
            flood.operator(
                "POST",
                "/apps/a/instances:" + (n % 2 == 0 ? "cancel" : "retry") + "?dryRun=true",
                "{\"createdUntil\":\"" + Instant.now() + "\"}"));
  }

  private static void makeErrors(NeighboursWorld world) throws Exception {
    world.sql(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, started_at, ended_at,
          attempt, state, priority, reported, parameters, error)
        select new_instance_id(), j.id, j.version_id, now(), now(), now(), 1, 11, 0, true,
          jsonb_build_object('p', repeat('p', 60000)), n || repeat('e', 4000)
        from generate_series(1, %d) n, job j join app on app.id = j.app_id
        where app.name = 'a' and j.name = 'noop'
        """
            .formatted(world.size(2000, 500)));
  }

  private static void readErrors(NeighboursWorld world, Flood flood) throws Exception {
    Instant begun = Instant.now().minus(Duration.ofHours(1));
    flood.repeat(
        8, SHORT, n -> flood.viewer("/apps/a/instances:errors?from=" + begun.plusMillis(n)));
  }

  /** Creates a failed instance with failed parts. */
  private static void makeParts(NeighboursWorld world) throws Exception {
    world.sql(
        """
        with parent as (
          insert into instance_history (id, job_id, job_version_id, due_at, started_at, ended_at,
            attempt, state, priority, reported, error)
          select new_instance_id(), j.id, j.version_id, now(), now(), now(), 1, 11, 0, false, '%s'
          from job j join app on app.id = j.app_id where app.name = 'a' and j.name = 'noop'
          returning *
        )
        insert into part_history (id, parent_id, part, job_id, job_version_id, due_at, started_at,
          ended_at, attempt, state, priority, reported, error)
        select new_instance_id(), id, n, job_id, job_version_id, now(), now(), now(), 1, 11, 0, true,
          n || repeat('e', 4000)
        from parent, generate_series(0, %d) n
        """
            .formatted(PARENT_ERROR, world.size(10_000, 1000)));
  }

  private static void readParts(NeighboursWorld world, Flood flood) throws Exception {
    String parent = parent(flood, PARENT_ERROR);
    List<String> selections = List.of("all", "failed", "active");
    flood.repeat(
        8,
        SHORT,
        n ->
            flood.viewer(
                "/instances/" + parent + "/parts?limit=500&only=" + selections.get(n % 3)));
  }

  private static String parent(Flood flood, String error) throws Exception {
    Flood.Reply found = flood.viewer("/apps/a/instances?limit=1&errorText=" + error);
    String parent = found.json().at("/items/0/id").asText();
    if (parent.isEmpty()) {
      throw new AssertionError("The parent was not found: " + found.status());
    }
    return parent;
  }

  /** Creates a failed flow with the most nodes, whose texts are as long as they may be. */
  private static void makeNodes(NeighboursWorld world) throws Exception {
    String nodes =
        IntStream.range(0, 200)
            .mapToObj("{\"name\":\"node-%d\",\"job\":\"noop\"}"::formatted)
            .collect(Collectors.joining(","));
    world
        .api()
        .putJob("a", "wide", "{\"processor\":{\"type\":\"flow\",\"nodes\":[" + nodes + "]}}");
    world.sql(
        """
        with flow as (
          insert into instance_history (id, job_id, job_version_id, due_at, started_at, ended_at,
            attempt, state, priority, reported, error)
          select new_instance_id(), j.id, j.version_id, now(), now(), now(), 1, 11, 0, false, '%s'
          from job j join app on app.id = j.app_id where app.name = 'a' and j.name = 'wide'
          returning *
        )
        insert into flow_node (flow_id, name, job, state, result, error)
        select flow.id, d.node ->> 'name', 'noop', 11, repeat('r', 16000), repeat('e', 4000)
        from flow join job_version v on v.id = flow.job_version_id
        cross join jsonb_array_elements(v.document -> 'processor' -> 'nodes') d(node)
        """
            .formatted(FLOW_ERROR));
  }

  private static void readNodes(NeighboursWorld world, Flood flood) throws Exception {
    String flow = parent(flood, FLOW_ERROR);
    flood.repeat(8, SHORT, n -> flood.viewer("/instances/" + flow + "/nodes"));
  }

  private static void readAll(NeighboursWorld world, Flood flood) throws Exception {
    List<String> lists = LISTS.lines().toList();
    flood.repeat(16, Duration.ofMillis(5), n -> flood.viewer(lists.get(n % lists.size())));
  }

  private static void revokeTokens(NeighboursWorld world, Flood flood) throws Exception {
    String admin = world.api().token();
    flood.repeat(
        4,
        SHORT,
        n -> {
          Flood.Reply made =
              flood.send(
                  "POST",
                  world.apiPort(),
                  "/api/v1/apps/a/tokens",
                  admin,
                  "{\"role\":\"viewer\"}".getBytes(StandardCharsets.UTF_8));
          String id = made.json().path("id").asText();
          flood.send("GET", world.apiPort(), "/api/v1/apps/a/tokens?limit=500", admin, null);
          flood.send("DELETE", world.apiPort(), "/api/v1/apps/a/tokens/" + id, admin, null);
        });
  }

  private static void guessTokens(NeighboursWorld world, Flood flood) throws Exception {
    flood.repeat(
        8,
        Duration.ofMillis(2),
        n -> flood.send("GET", world.apiPort(), "/api/v1/apps/a", "guessed-" + n, null));
  }

  /** Opens more log streams than a replica accepts. */
  private static void follow(NeighboursWorld world, Flood flood) throws Exception {
    String id = world.api().run("a", "noop");
    String request =
        "GET /api/v1/instances/%s/logs?follow=true HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
            .formatted(id, world.token("viewer"));
    try (OpenSockets sockets = OpenSockets.toApi(world)) {
      for (int n = 0; n < FOLLOWERS; n++) {
        sockets.open(request);
      }
      for (Socket socket : sockets.all()) {
        flood.count(statusOf(socket));
      }
      sockets.holdUntilTheEndOf(flood);
    }
  }

  private static int statusOf(Socket socket) throws IOException {
    socket.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
    String line =
        new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
            .readLine();
    return line == null ? Flood.CUT : Integer.parseInt(line.split(" ", 3)[1]);
  }

  /** Receives webhooks without responding. */
  private static void holdWebhooks(NeighboursWorld world, Flood flood) throws Exception {
    try (WebhookReceiver tarpit = new WebhookReceiver()) {
      tarpit.hold();
      for (int n = 0; n < WEBHOOKS; n++) {
        flood.operator(
            "PUT",
            "/apps/a/webhooks/tarpit-" + n,
            "{\"url\":\"" + tarpit.url() + "\",\"events\":[\"failed\"]}");
      }
      flood.repeat(
          4,
          SHORT,
          n -> {
            String webhook = "/apps/a/webhooks/tarpit-" + n % WEBHOOKS;
            flood.operator("POST", webhook + "/test", null);
            flood.viewer(webhook + "/deliveries?limit=500");
          });
    }
  }
}
