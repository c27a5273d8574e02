package dev.orrery.scheduler.http.rest;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.json.JsonSchema;
import java.util.Arrays;
import java.util.Map;

/** The JSON Schema of a problem, the body of every error. */
final class ProblemSchema {
  static final String NAME = "Problem";

  private static final String FIELD_ERROR = "FieldError";
  private static final String ERROR_CODE = "ErrorCode";
  private static final int MAX_STATUS = 599;

  private ProblemSchema() {}

  static Map<String, JsonSchema> components() {
    return Map.of(NAME, problem(), FIELD_ERROR, fieldError(), ERROR_CODE, errorCode());
  }

  private static JsonSchema problem() {
    return JsonSchema.open()
        .required("type", JsonSchema.text().describedAs("Always about:blank; see code."))
        .required("title", JsonSchema.text().describedAs("The code in words."))
        .required(
            "status", JsonSchema.integer(400, MAX_STATUS).describedAs("The HTTP status, again."))
        .required(
            "code", JsonSchema.component(ERROR_CODE).describedAs("Names the problem; stable."))
        .required(
            "detail", JsonSchema.text().describedAs("What is wrong and what to do, for people."))
        .optional(
            "field",
            JsonSchema.text().describedAs("The field or parameter at fault, such as trigger.cron."))
        .optional(
            "errors",
            JsonSchema.array(JsonSchema.component(FIELD_ERROR), 1, Integer.MAX_VALUE)
                .describedAs("All mistakes of a document; the first is also in field and detail."))
        .optional(
            "server",
            JsonSchema.text().describedAs("In a refused agreement: the side of the scheduler."))
        .optional(
            "worker",
            JsonSchema.text().describedAs("In a refused agreement: the side of the worker."))
        .optional(
            "settingToChange",
            JsonSchema.text()
                .describedAs("In a refused agreement: the setting, its side and its value."))
        .describedAs("An error, as in RFC 9457.");
  }

  private static JsonSchema errorCode() {
    return JsonSchema.constants(
            Arrays.stream(ErrorCode.values()).filter(code -> code.status() > 0).toList())
        .describedAs("The code of an error; a code keeps its meaning.");
  }

  private static JsonSchema fieldError() {
    return JsonSchema.open()
        .optional(
            "field",
            JsonSchema.text().describedAs("The field; absent for the document as a whole."))
        .required(
            "message", JsonSchema.text().describedAs("What is wrong and what to do, for people."))
        .describedAs("One mistake of a document.");
  }
}
