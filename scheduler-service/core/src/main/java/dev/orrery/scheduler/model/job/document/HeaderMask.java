package dev.orrery.scheduler.model.job.document;

import dev.orrery.outbound.HeaderSecrecy;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.scheduler.base.json.JsonFields;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The text that a viewer sees instead of a header's value. It is never stored, so a document that a
 * viewer exported cannot overwrite the values.
 */
final class HeaderMask {
  static final String TEXT = "***";

  private HeaderMask() {}

  /** Returns a copy of the processor with the mask in place of each possibly secret value. */
  static ProcessorSpec hide(ProcessorSpec processor) {
    if (!(processor instanceof ProcessorSpec.Http http)) {
      return processor;
    }
    Map<String, String> headers = new LinkedHashMap<>(http.headers());
    headers.replaceAll((name, value) -> HeaderSecrecy.mayBeSecret(name) ? TEXT : value);
    return http.withHeaders(headers);
  }

  /**
   * Refuses header values that equal the mask.
   *
   * @param processor null if it could not be read
   */
  static void refuse(ProcessorSpec processor, JsonFields fields) {
    if (processor instanceof ProcessorSpec.Http http) {
      http.headers()
          .forEach(
              (name, value) -> {
                if (value.equals(TEXT)) {
                  fields.refuse(
                      "processor.headers." + name,
                      "must not be '"
                          + TEXT
                          + "', which viewers read in place of the value; write the value, or"
                          + " export the job with a token of the role operator");
                }
              });
    }
  }
}
