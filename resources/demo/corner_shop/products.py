PRODUCTS = {
    "A1": "Apple pie",
    "B2": "Bread, sourdough",
    "C3": "Café crème",
    "K-204": "Kettle, enamel",
    "M-17": "Marmalade, Seville orange",
    "T-9": "Tea, 抹茶",
}
