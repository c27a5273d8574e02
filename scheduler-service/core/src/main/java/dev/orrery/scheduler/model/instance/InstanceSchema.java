package dev.orrery.scheduler.model.instance;

import dev.orrery.scheduler.base.json.JsonSchema;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The JSON Schemas of the states of instances and attempts. */
public final class InstanceSchema {
  private InstanceSchema() {}

  public static Map<String, JsonSchema> components() {
    Map<String, JsonSchema> components = new HashMap<>(BulkFilterReader.components());
    components.putAll(names());
    return components;
  }

  private static Map<String, JsonSchema> names() {
    return Map.of(
        "InstanceState",
        JsonSchema.oneOf(InstanceState.publicNames().toArray(String[]::new))
            .describedAs("The state of an instance; all but WAITING and RUNNING are final."),
        "AttemptState",
        JsonSchema.oneOf(
                Stream.concat(
                        Stream.of(InstanceState.RUNNING.publicName()),
                        Arrays.stream(AttemptEnd.values()).map(Enum::name))
                    .toArray(String[]::new))
            .describedAs("The state of an attempt; all but RUNNING are final."),
        "InstanceOrigin",
        JsonSchema.constants(List.of(InstanceOrigin.values()))
            .describedAs("The cause of an instance."),
        "EndReason",
        JsonSchema.constants(List.of(EndReason.values()))
            .describedAs("The reason for the end of an instance, beside its state."));
  }
}
