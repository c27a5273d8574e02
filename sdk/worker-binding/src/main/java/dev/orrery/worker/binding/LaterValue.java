package dev.orrery.worker.binding;

import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.annotation.NonRetryableException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;

/**
 * Waits for the value of a future that a job method returned. The thread of the attempt waits;
 * every stop of the attempt interrupts it, and thereby cancels the work.
 */
final class LaterValue {
  /** Of collections in collections; JSON of a deeper one is no result of a job. */
  private static final int MAX_DEPTH = 5;

  /** JSON has at least two bytes for each, so more are no result. */
  private static final int MAX_ITEMS = MessageLimits.MAX_RESULT_BYTES / 2;

  private LaterValue() {}

  /**
   * Returns the value itself, also of an {@code Optional}, and the list of a stream; null if there
   * is none.
   *
   * @throws Exception the failure of the work
   */
  static Object of(Object returned) throws Exception {
    Object value = returned;
    while (value != null) {
      Optional<LaterType> later = LaterType.of(value.getClass());
      if (later.isPresent()) {
        value = awaited(value, later.get());
      } else {
        Object within = unwrapped(value);
        if (within == value) {
          refuseWithin(value, value, 0);
          return value;
        }
        value = within;
      }
    }
    return null;
  }

  /** Returns what is in an optional, or null; the items of a stream; or the value itself. */
  private static Object unwrapped(Object value) throws NonRetryableException {
    if (value instanceof Optional<?> optional) {
      return optional.orElse(null);
    }
    if (value instanceof OptionalInt number) {
      return number.isPresent() ? number.getAsInt() : null;
    }
    if (value instanceof OptionalLong number) {
      return number.isPresent() ? number.getAsLong() : null;
    }
    if (value instanceof OptionalDouble number) {
      return number.isPresent() ? number.getAsDouble() : null;
    }
    return value instanceof BaseStream<?, ?> stream ? items(stream) : value;
  }

  private static List<Object> items(BaseStream<?, ?> stream) throws NonRetryableException {
    try (stream) {
      List<Object> items = new ArrayList<>();
      for (Iterator<?> all = stream.iterator(); all.hasNext(); items.add(all.next())) {
        if (items.size() == MAX_ITEMS) {
          throw new NonRetryableException(
              "The method returned a stream of more than "
                  + MAX_ITEMS
                  + " items, and a result has at most "
                  + MessageLimits.MAX_RESULT_BYTES
                  + " bytes. Return what is worth keeping.");
        }
      }
      return items;
    }
  }

  private static Object awaited(Object value, LaterType later) throws Exception {
    return switch (later) {
      case FUTURE -> await((Future<?>) value);
      case STAGE -> await(((CompletionStage<?>) value).toCompletableFuture());
      case UNI -> await(future(value, later, "subscribeAsCompletionStage"));
      case MONO -> await(future(value, later, "toFuture"));
      case REFUSED ->
          throw new AttemptFailedException(
              "The method is at fault: " + LaterType.refusal(value.getClass()));
    };
  }

  /** Calls a method without parameters of a library that may be absent. */
  private static Future<?> future(Object value, LaterType later, String method) throws Exception {
    Class<?> type = later.in(value.getClass()).orElseThrow();
    try {
      return (Future<?>) type.getMethod(method).invoke(value);
    } catch (InvocationTargetException e) {
      throw thrown(e);
    }
  }

  private static Object await(Future<?> future) throws Exception {
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      throw thrown(e);
    }
  }

  /** Returns the exception that all these have around them; throws it if it is an error. */
  static Exception thrown(Exception around) {
    Throwable thrown = around;
    while (thrown.getCause() != null && isAround(thrown)) {
      thrown = thrown.getCause();
    }
    if (thrown instanceof Error failure) {
      throw failure;
    }
    return thrown instanceof Exception failure ? failure : around;
  }

  private static boolean isAround(Throwable thrown) {
    return thrown instanceof InvocationTargetException
        || thrown instanceof UndeclaredThrowableException
        || thrown instanceof ExecutionException
        || thrown instanceof CompletionException;
  }

  private static void refuseWithin(Object container, Object value, int depth)
      throws AttemptFailedException {
    for (Object item : items(value)) {
      if (item == null || depth == MAX_DEPTH) {
        continue;
      }
      if (LaterType.of(item.getClass()).isPresent()) {
        throw new AttemptFailedException(
            "The method is at fault: "
                + LaterType.refusalWithin(container.getClass(), item.getClass()));
      }
      refuseWithin(container, item, depth + 1);
    }
  }

  private static Collection<?> items(Object value) {
    if (value instanceof Collection<?> collection) {
      return collection;
    }
    if (value instanceof Map<?, ?> map) {
      return map.values();
    }
    if (value instanceof Object[] array) {
      return Arrays.asList(array);
    }
    return value instanceof Optional<?> optional ? optional.stream().toList() : List.of();
  }
}
