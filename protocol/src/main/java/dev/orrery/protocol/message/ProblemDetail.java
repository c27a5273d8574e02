package dev.orrery.protocol.message;

import dev.orrery.protocol.ErrorCode;
import java.util.List;

/**
 * A refusal, in the form of RFC 9457 ({@code application/problem+json}).
 *
 * @param type always {@code about:blank}: the code names the problem
 * @param title the code in words
 * @param status the HTTP status
 * @param code stable, see {@link ErrorCode}
 * @param detail the mistake and the fix, for users
 * @param field the path of the invalid field, such as {@code trigger.cron}; {@code job} if the
 *     token may not run this job, but may run others; absent if the problem is of no field
 * @param server in a refused agreement: the side of the scheduler
 * @param worker in a refused agreement: the side of the worker
 * @param settingToChange in a refused agreement: the key, its side and the value to set
 * @param errors all mistakes of a document, the first one as in {@code field} and {@code detail};
 *     absent if the check stops at the first mistake
 */
@SparseMessage
public record ProblemDetail(
    String type,
    String title,
    int status,
    ErrorCode code,
    String detail,
    String field,
    String server,
    String worker,
    String settingToChange,
    List<FieldError> errors) {

  public static final String MEDIA_TYPE = "application/problem+json";

  public ProblemDetail {
    type = type == null ? "about:blank" : type;
    code = code == null ? ErrorCode.UNKNOWN : code;
    errors = errors == null ? null : List.copyOf(errors);
    title = title == null ? code.name().charAt(0) + words(code) : title;
  }

  /**
   * One mistake of a document.
   *
   * @param field as in the problem; absent for a mistake of the whole document
   * @param message the mistake and the fix
   */
  @SparseMessage
  public record FieldError(String field, String message) {}

  public ProblemDetail(
      String type,
      String title,
      int status,
      ErrorCode code,
      String detail,
      String field,
      String server,
      String worker,
      String settingToChange) {
    this(type, title, status, code, detail, field, server, worker, settingToChange, null);
  }

  public ProblemDetail withErrors(List<FieldError> all) {
    return new ProblemDetail(
        type, title, status, code, detail, field, server, worker, settingToChange, all);
  }

  /**
   * @param field may be null
   */
  public static ProblemDetail of(ErrorCode code, String detail, String field) {
    return new ProblemDetail(null, null, code.status(), code, detail, field, null, null, null);
  }

  private static String words(ErrorCode code) {
    return code.name().substring(1).toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }
}
