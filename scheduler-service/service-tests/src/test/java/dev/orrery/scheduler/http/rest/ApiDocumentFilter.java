package dev.orrery.scheduler.http.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.smallrye.openapi.api.SmallRyeOpenAPI;
import io.smallrye.openapi.api.util.UnusedSchemaFilter;
import java.io.ByteArrayInputStream;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.jboss.jandex.IndexView;

/**
 * Completes the scanned OpenAPI document while the service is built. It works on JSON, because the
 * model has setters but is hard to traverse.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public final class ApiDocumentFilter implements OASFilter {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ApiClasses classes;

  public ApiDocumentFilter(IndexView index) {
    classes = new ApiClasses(index);
  }

  @Override
  public void filterOpenAPI(OpenAPI document) {
    try {
      String scanned =
          SmallRyeOpenAPI.builder()
              .withInitialModel(document)
              .enableModelReader(false)
              .enableStandardStaticFiles(false)
              .enableStandardFilter(false)
              .enableAnnotationScan(false)
              .build()
              .toJSON();
      ObjectNode json = (ObjectNode) JSON.readTree(scanned);
      new ApiDocument(json, classes).complete();
      byte[] completed = JSON.writeValueAsBytes(json);
      OpenAPI model =
          SmallRyeOpenAPI.builder()
              .withCustomStaticFile(() -> new ByteArrayInputStream(completed))
              .addFilter(new UnusedSchemaFilter())
              .enableModelReader(false)
              .enableStandardStaticFiles(false)
              .enableStandardFilter(false)
              .enableAnnotationScan(false)
              .build()
              .model();
      document.setInfo(model.getInfo());
      document.setServers(model.getServers());
      document.setTags(model.getTags());
      document.setPaths(model.getPaths());
      Components components = model.getComponents();
      document.setComponents(components.schemas(new TreeMap<>(components.getSchemas())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The scanned OpenAPI document cannot be read", e);
    }
  }
}
