//go:build tools

// Package tools names the program that end-to-end tests build from this module.
package tools

import _ "helm.sh/helm/v3/cmd/helm"
