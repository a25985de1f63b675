// Shows the API's description. Runs after the viewer's own script.
window.addEventListener("load", () => {
  const place = document.getElementById("viewer");
  window.SwaggerUIBundle({
    url: place.dataset.description,
    domNode: place,
    deepLinking: false,
    defaultModelsExpandDepth: 0,
    docExpansion: "list",
    // Nothing is checked by another host.
    validatorUrl: null,
  });
});
