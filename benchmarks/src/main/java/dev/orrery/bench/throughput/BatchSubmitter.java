package dev.orrery.bench.throughput;

import dev.orrery.bench.stack.BenchApp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Submits runs of one job as fast as possible, by two clients and to the replicas in turn. */
public final class BatchSubmitter {
  private static final int CLIENTS = 2;

  private final List<BenchApp> apps;
  private final String entry;
  private final int batch;

  /**
   * @param entry of a run in the body of a call, JSON
   */
  public BatchSubmitter(List<BenchApp> apps, String entry, int batch) {
    this.apps = apps;
    this.entry = entry;
    this.batch = batch;
  }

  /** Returns the raw responses when all runs were accepted. */
  public List<String> submit(int instances) throws Exception {
    String whole = body(batch);
    List<Callable<String>> calls = new ArrayList<>();
    for (int left = instances; left > 0; left -= batch) {
      String body = left >= batch ? whole : body(left);
      BenchApp app = apps.get(calls.size() % apps.size());
      calls.add(() -> app.submit(body));
    }
    ExecutorService executor = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<String> answers = new ArrayList<>();
      for (Future<String> answer : executor.invokeAll(calls)) {
        answers.add(answer.get());
      }
      return answers;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } finally {
      executor.shutdownNow();
    }
  }

  /** Returns a body with an entry for each run, as clients send it that set values per run. */
  private String body(int runs) {
    return "{\"instances\":[" + String.join(",", Collections.nCopies(runs, entry)) + "]}";
  }
}
