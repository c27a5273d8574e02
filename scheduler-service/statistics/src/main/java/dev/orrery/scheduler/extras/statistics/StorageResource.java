package dev.orrery.scheduler.extras.statistics;

import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.security.Role.Names;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Returns the table sizes, retention settings and open transactions of the database over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Names.ADMIN)
@Tag(name = "storage")
public class StorageResource {
  private final StorageService storage;

  StorageResource(StorageService storage) {
    this.storage = storage;
  }

  @GET
  @Path("/storage")
  @Operation(
      operationId = "getStorage",
      summary = "Returns sizes of tables, days kept, retention and open transactions",
      description =
          "From the catalog of the database, without reading tables. It waits 0.2 seconds for a table"
              + " that another transaction holds for itself, and then returns estimates. Calls share"
              + " an answer for ten seconds.")
  public StorageView get() {
    return storage.read();
  }
}
