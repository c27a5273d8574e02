package dev.orrery.scheduler.http.filter;

import dev.orrery.protocol.WorkerOperation;
import dev.orrery.scheduler.http.rest.ApiPath;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The limits on the request bodies of a path.
 *
 * @param values the maximum number of JSON values in memory
 * @param separateFrom see {@link NodeCounter}
 */
record BodyLimit(long bytes, int values, int separateFrom) {
  private static final int MIB = 1024 * 1024;
  private static final String OF_APP = Pattern.quote(ApiPath.V1) + "/apps/[^/]+";

  private static final Pattern BATCH = Pattern.compile(OF_APP + "/instances");
  private static final Pattern FILE = Pattern.compile(OF_APP + "/(?:jobs:apply|powerjob/numbers)");

  /** Far more than a token needs, because the caller is not authenticated yet. */
  private static final BodyLimit SIGN_IN = new BodyLimit(8 * 1024, 1_000, 0);

  /** Four times the largest job, for texts with many escapes. */
  private static final BodyLimit DOCUMENT = new BodyLimit(MIB, 100_000, 0);

  /** Room for a thousand jobs, or for the names of thirty thousand. */
  private static final BodyLimit OF_FILE = new BodyLimit(4L * MIB, 400_000, 0);

  /**
   * Entries are read and counted one at a time. An entry is at depth 3, in the array of the body.
   */
  private static final BodyLimit OF_BATCH = new BodyLimit(16L * MIB, 100_000, 3);

  /** The time that every body has, whatever its length. */
  private static final Duration BASE_RECEPTION = Duration.ofSeconds(10);

  /** The minimum rate beyond that time. */
  private static final int LEAST_BYTES_A_SECOND = 16 * 1024;

  /** The rate at which large bodies of one app are read. */
  private static final long LARGE_BYTES_A_SECOND = 32L * MIB;

  static BodyLimit of(HttpServerRequest request) {
    return WorkerOperation.ofPath(request.path())
        .map(BodyLimit::ofMessage)
        .orElseGet(() -> ofPath(request.path()));
  }

  /** Values are not counted: messages are read into records, which bound their lists. */
  private static BodyLimit ofMessage(WorkerOperation<?, ?> operation) {
    return new BodyLimit(operation.maxRequestBytes(), Integer.MAX_VALUE, 0);
  }

  /**
   * Returns the maximum time from a header to the end of its body.
   *
   * @param length of the body in bytes
   */
  static Duration longestReception(long length) {
    return BASE_RECEPTION.plusSeconds(length / LEAST_BYTES_A_SECOND);
  }

  /** Returns the time after a large body in which no other large body of the app is read. */
  static Duration rest(long length) {
    return Duration.ofNanos(TimeUnit.SECONDS.toNanos(length) / LARGE_BYTES_A_SECOND);
  }

  private static BodyLimit ofPath(String path) {
    if (ApiPath.isSession(path)) {
      return SIGN_IN;
    }
    if (BATCH.matcher(path).matches()) {
      return OF_BATCH;
    }
    return FILE.matcher(path).matches() ? OF_FILE : DOCUMENT;
  }
}
