package dev.orrery.worker.binding.declare;

import dev.orrery.client.OrreryException;
import dev.orrery.client.OrreryException.FieldError;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.text.BoundedText;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the refusal of a declaration is about, and the message for it. */
final class Refusal {
  private static final int MAX_LENGTH = 4 * 1024;
  private static final Pattern JOB = Pattern.compile("jobs\\[(\\d{1,4})\\]");

  private Refusal() {}

  /** Returns false if another server, or a proxy in between, has answered. */
  static boolean isOfScheduler(OrreryException refused) {
    return !Set.of(OrreryException.UNREACHABLE, OrreryException.UNREADABLE)
        .contains(refused.code());
  }

  static String words(URI api, OrreryException refused, String prefix) {
    if (!isOfScheduler(refused)) {
      return "What answers at "
          + api
          + " is not the API of a scheduler (status "
          + refused.status()
          + "). Setting to change: "
          + prefix
          + "declare-server.";
    }
    String message = BoundedText.abbreviate(refused.getMessage(), MAX_LENGTH);
    return refused.code().equals(ErrorCode.APP_NOT_FOUND.name())
        ? message + " Setting to change: " + prefix + "app."
        : message;
  }

  /** Returns the indices of the jobs to which all errors belong; empty if one belongs to none. */
  static Set<Integer> wrongJobs(List<FieldError> errors) {
    Set<Integer> jobs = new TreeSet<>();
    for (FieldError error : errors) {
      Matcher field = JOB.matcher(error.field().orElse(""));
      if (!field.lookingAt()) {
        return Set.of();
      }
      jobs.add(Integer.valueOf(field.group(1)));
    }
    return jobs;
  }

  /** Returns true if a scheduler of an earlier release does not know the code of a process. */
  static boolean isOfUnknownCode(OrreryException refused) {
    return refused.errors().stream()
        .anyMatch(error -> error.field().filter("declaration.code"::equals).isPresent());
  }
}
