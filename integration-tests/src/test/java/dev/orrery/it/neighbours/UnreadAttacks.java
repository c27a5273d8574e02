package dev.orrery.it.neighbours;

import static dev.orrery.it.neighbours.Texts.KIB;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Attacks by callers that send requests and do not read the responses. */
final class UnreadAttacks {
  private static final int FEW = 4;
  private static final int SOME = 40;
  private static final int MANY = 300;

  /** As many as the server reads at once. */
  private static final int PIPELINED = 400;

  private UnreadAttacks() {}

  static List<Attack> all() {
    return List.of(
        Attack.of("UnreadAnswers", UnreadAttacks::pipelineAnswers),
        Attack.of("UnreadPages", UnreadAttacks::leavePages).prepared(UnreadAttacks::makePages));
  }

  /** Runs four and then forty clients with one request each. */
  private static void pipeline(NeighboursWorld world, Flood flood, int port, String... requests)
      throws Exception {
    List<DeafClients> all = new ArrayList<>();
    for (String request : requests) {
      all.add(new DeafClients(port, FEW, request, PIPELINED));
      all.add(new DeafClients(port, world.size(SOME, FEW), request, PIPELINED));
    }
    sendAll(all, flood);
  }

  private static void sendAll(List<DeafClients> all, Flood flood) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(all.size());
    try {
      List<Future<Integer>> sending = new ArrayList<>();
      for (DeafClients clients : all) {
        sending.add(threads.submit(() -> clients.sendUntil(flood::isOver)));
      }
      for (Future<Integer> one : sending) {
        int closed = one.get();
        for (int n = 0; n < closed; n++) {
          flood.count(Flood.CUT);
        }
      }
    } finally {
      threads.shutdownNow();
      for (DeafClients clients : all) {
        clients.close();
      }
    }
  }

  private static void pipelineAnswers(NeighboursWorld world, Flood flood) throws Exception {
    pipeline(
        world,
        flood,
        world.apiPort(),
        DeafClients.get("/api/v1/apps/a/jobs", world.token("viewer")),
        DeafClients.get("/api/v1/openapi.yaml", world.token("viewer")));
  }

  /** Creates instances and a log of the maximum page size. */
  private static void makePages(NeighboursWorld world) throws Exception {
    String body =
        "{\"instances\":[{\"job\":\"noop\",\"count\":40,\"parameters\":{\"p\":\""
            + "p".repeat(60 * KIB)
            + "\"}}]}";
    int status = world.api().call("POST", "/apps/a/instances", body).status();
    if (status != 202) {
      throw new AssertionError("An attack could not be prepared: " + status);
    }
  }

  private static void leavePages(NeighboursWorld world, Flood flood) throws Exception {
    String viewer = world.token("viewer");
    List<DeafClients> all =
        List.of(
            new DeafClients(
                world.apiPort(),
                MANY,
                DeafClients.get("/api/v1/apps/a/instances?limit=500&job=noop", viewer),
                1),
            new DeafClients(
                world.apiPort(),
                MANY,
                DeafClients.get("/api/v1/apps/a/jobs/noop/versions?limit=500", viewer),
                1));
    sendAll(all, flood);
  }
}
