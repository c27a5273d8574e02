package dev.orrery.worker.attempt;

import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.Processor;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/** A processor whose attempts run until the test releases or stops them. */
public final class Gate implements Processor {
  private final Map<Long, CompletableFuture<String>> ends = new ConcurrentHashMap<>();
  private final Map<Long, AttemptContext> contexts = new ConcurrentHashMap<>();

  @Override
  public String process(AttemptContext context) throws Exception {
    contexts.put(context.instance(), context);
    try {
      return end(context.instance()).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (Exception) e.getCause();
    }
  }

  public boolean hasStarted(long instance) {
    return contexts.containsKey(instance);
  }

  public AttemptContext context(long instance) {
    return contexts.get(instance);
  }

  public void open(long instance, String result) {
    end(instance).complete(result);
  }

  public void fail(long instance, Throwable failure) {
    end(instance).completeExceptionally(failure);
  }

  private CompletableFuture<String> end(long instance) {
    return ends.computeIfAbsent(instance, id -> new CompletableFuture<>());
  }
}
